/**
 * Nothing leaves the browser before the box is ticked. Typing only the address triggers no update
 * of WooCommerce's own, so the field is listened to here.
 *
 * @package Askback_Companion
 */

( function () {
	'use strict';

	var settings = window.askbackCompanion;
	var told     = '';

	function tell( fields ) {
		var form = new URLSearchParams( fields );
		var body = form.toString();
		if ( body === told ) {
			return;
		}
		told = body;
		form.append( 'nonce', settings.nonce );
		// The page may be on its way out: keepalive lets the request finish.
		window.fetch( settings.url, { method: 'POST', body: form, credentials: 'same-origin', keepalive: true } ).catch( function () {} );
	}

	function changed( event ) {
		var box   = document.getElementById( 'askback-consent' );
		var email = document.getElementById( 'billing_email' );
		if ( ! box || ! email || ( event.target !== box && event.target !== email ) ) {
			return;
		}
		if ( box.checked && email.value && email.checkValidity() ) {
			tell( { consent: '1', email: email.value.trim() } );
		} else if ( event.target === box && ! box.checked ) {
			tell( { consent: '0' } );
		}
	}

	if ( settings && window.fetch && window.URLSearchParams ) {
		document.addEventListener( 'change', changed );
		document.addEventListener( 'focusout', changed );
	}
}() );
