<?php
/**
 * A shopper's day at the classic checkout; prints, step by step, what left the store.
 *
 * php story.php FOLDER-OF-THE-PLUGIN
 */

require __DIR__ . '/wordpress.php';
require $argv[1] . '/askback-companion.php';

$steps = array();
function ends( $step ) {
	global $steps;
	do_action( 'shutdown' );
	$steps[ $step ] = $GLOBALS['posted'];
	$GLOBALS['posted'] = array();
}
/** What the script posts, by the words of the page itself. */
function says( $fields, $nonce = 'nonce of woocommerce-askback-companion' ) {
	$_POST = $fields + array( 'nonce' => $nonce );
	try {
		do_action( 'wc_ajax_askback_companion_contact' );
	} catch ( Answered $answer ) {
		return (int) $answer->getMessage();
	}
}
function agrees( $email ) {
	return says( array( 'consent' => '1', 'email' => $email ) );
}
/** She follows a link of ours; says where it leads. */
function follows( $asked ) {
	$_GET = $asked;
	try {
		do_action( 'wp_loaded' );
	} catch ( Redirected $away ) {
		return $away->getMessage();
	}
}
function lines() {
	return array_map( function ( $item ) { return array( $item['product_id'], $item['variation_id'], $item['quantity'], $item['variation'] ); }, WC()->cart->items );
}
function notices() {
	$said = $GLOBALS['notices'];
	$GLOBALS['notices'] = array();
	return $said;
}
function box() {
	ob_start();
	do_action( 'woocommerce_after_checkout_billing_form' );
	return ob_get_clean();
}
function link_of( $step ) {
	global $steps;
	return explode( '=', json_decode( $steps[ $step ][0]['body'], true )['restore_url'], 2 )[1];
}

$mug   = new Product( 14, 'Mug &amp; saucer <b>blue</b>', 23.9 );
$shirt = new Product( 41, 'חולצה', 59.9 );
do_action( 'plugins_loaded' );

WC()->cart->add_to_cart( 14, 2 );
$boxes    = array( box() );
$answered = array(
	says( array( 'consent' => '1', 'email' => 'ann@example.com' ), 'a stranger' ),
	says( array( 'email' => 'ann@example.com' ) ),
	agrees( 'half of an addr' ),
);
ends( 'before she agreed' );
agrees( 'ann@example.com' );
ends( 'she agreed' );
$boxes[] = box();
do_action( 'woocommerce_after_calculate_totals', WC()->cart );
ends( 'the page was opened again' );
WC()->cart->add_to_cart( 40, 1, 41, array( 'attribute_pa_size' => 'L' ) );
WC()->cart->items[0]['quantity'] = 3;
ends( 'she changed her cart' );

$order = new Order();
do_action( 'woocommerce_checkout_create_order', $order, array() );
do_action( 'woocommerce_checkout_order_processed', 1, array(), $order );
WC()->cart->empty_cart();
ends( 'she ordered' );
do_action( 'woocommerce_order_status_changed', 1, 'pending', 'processing', $order );
$while_she_waits = $GLOBALS['posted'];
ends( 'it was paid' );
do_action( 'woocommerce_order_status_changed', 1, 'processing', 'completed', $order );
ends( 'it was sent' );

WC()->cart->add_to_cart( 14, 1 );
ends( 'a new cart' );
WC()->cart->empty_cart( false );
ends( 'she signed out' );
visitor();
agrees( 'dana@example.com' );
WC()->cart->add_to_cart( 14, 1 );
ends( 'another shopper' );
WC()->cart->empty_cart();
ends( 'she emptied her cart' );
WC()->cart->add_to_cart( 14, 1 );
ends( 'she filled it again' );
$_GET = array( 'consent' => '0', 'nonce' => 'nonce of woocommerce-askback-companion' );
$_REQUEST = $_GET;
$answered[] = says( array(), '' );
says( array() );
ends( 'she was led to a link' );
$_GET = $_REQUEST = array();
says( array( 'consent' => '0' ) );
WC()->cart->add_to_cart( 14, 1 );
ends( 'she unticked the box' );

visitor();
$GLOBALS['orders'] = array( 7 => new Order() );
$draft             = $GLOBALS['orders'][7];
$draft->status     = 'checkout-draft';
WC()->session->set( 'store_api_draft_order', 7 );
WC()->cart->add_to_cart( 14, 1 );
do_action( 'woocommerce_store_api_checkout_update_order_meta', $draft );
$nameless = $draft->meta;
agrees( 'eve@example.com' );
ends( 'she agreed after the block checkout made a draft' );
$named = array( $draft->meta, $draft->saved );
do_action( 'woocommerce_store_api_checkout_update_order_meta', $draft );
$twice  = $draft->saved;
$second = new Order();
do_action( 'woocommerce_store_api_checkout_update_order_meta', $second );
do_action( 'woocommerce_store_api_checkout_order_processed', $second );
WC()->cart->empty_cart();
ends( 'she ordered at the block checkout' );

visitor();
WC()->cart->add_to_cart( 14, 1 );
box();
$session_of_another_request = WC()->session->copy();
agrees( 'gil@example.com' );
ends( 'she ticked it while the shipping was calculated' );
WC()->session = $session_of_another_request; // Saved last.
$still = box();
says( array( 'consent' => '0' ) );
ends( 'and unticked it' );
agrees( 'gil@example.com' );
ends( 'she ticked it again' );
WC()->cart->remove_all_lines();
ends( 'and took out the last thing' );

visitor();
$GLOBALS['user'] = 8;
WC()->cart->add_to_cart( 14, 1 );
agrees( 'hana@example.com' );
ends( 'she agreed, signed in' );
visitor();
box();
WC()->cart->add_to_cart( 14, 2 );
ends( 'she signed in again' );
unset( $GLOBALS['user'] );

visitor();
class Hasty_Sender extends Askback_Sender { const SLOW = -1.0; }
$hasty = new Hasty_Sender( 'https://askback.example.com/capture/k', new Askback_Signature( 's' ) );
$hasty->send( 'cart.cleared', 'one' );
$hasty->send( 'cart.cleared', 'two' );
$hasty->deliver();
$until_slow = count( $GLOBALS['posted'] );
$GLOBALS['posted'] = array();
WC()->cart->add_to_cart( 14, 1 );
agrees( 'fay@example.com' );
do_action( 'woocommerce_order_status_changed', 1, 'pending', 'processing', $order );
ends( 'Askback is slow' );
unset( $GLOBALS['transients'][ Askback_Sender::RESTING ] );
do_action( 'woocommerce_after_calculate_totals', WC()->cart );
ends( 'Askback is well again' );
for ( $number = 100; $number < 112; $number++ ) {
	new Product( $number, str_repeat( 'כוס גדולה ', 9 ), 10 );
	WC()->cart->add_to_cart( $number, 1 );
}
ends( 'many things with long names' );

visitor();
$signature = new Askback_Signature( ( new Askback_Settings() )->secret() );
$restore   = new Askback_Restore( new Askback_State(), $signature );
$word      = link_of( 'she changed her cart' );
$mug->in_stock = false;
$went = array( follows( array( 'askback_cart' => $word . '0', 'askback_coupon' => 'Five' ) ), notices(), lines() );
$went = array_merge( $went, array( follows( array( 'askback_cart' => $word, 'askback_coupon' => 'Five' ) ), WC()->cart->coupons ) );
follows( array( 'askback_cart' => $word ) );
$told_of = array_values( array_unique( notices() ) );
$again = new Order();
do_action( 'woocommerce_checkout_create_order', $again, array() );
do_action( 'woocommerce_checkout_order_processed', 2, array(), $again );
$lines = lines();
WC()->cart->empty_cart();
ends( 'she came back by her link' );
WC()->cart->add_to_cart( 40, 1, 41 );
$later = new Order();
do_action( 'woocommerce_checkout_create_order', $later, array() );
ends( 'another day' );

visitor();
$mug->in_stock   = true;
$mug->most       = 2;
$shirt->in_stock = false;
$restore->bring_back( $signature->unpack( $word ) );
$short = array( array( lines()[0][0], lines()[0][2] ), notices() );
visitor();
$mug->purchasable = false;
$shirt->in_stock  = true;
WC()->cart->add_to_cart( 40, 1, 41, array( 'attribute_pa_size' => 'M' ) );
$restore->bring_back( $signature->unpack( $word ) );
$beside = array( array_column( lines(), 3 ), notices() );
$mug->purchasable = true;
$shirt->in_stock  = false;
visitor();
$restore->bring_back( $signature->unpack( link_of( 'many things with long names' ) ) );
$many = count( lines() );

/** A shirt in any colour with any print: its variation settles the size alone. */
$any             = new Product( 51, 'Band shirt', 40 );
$any->attributes = array( 'attribute_pa_%d7%a6%d7%91%d7%a2' => '', 'attribute_print' => '', 'attribute_pa_size' => 'l' );
$hers            = array( 'attribute_pa_%d7%a6%d7%91%d7%a2' => '%d7%9b%d7%97%d7%95%d7%9c', 'attribute_print' => 'AC\\DC', 'attribute_pa_size' => 'l' );
visitor();
agrees( 'ida@example.com' );
WC()->cart->add_to_cart( 14, 1 );
WC()->cart->add_to_cart( 50, 2, 51, wp_slash( $hers ) );
ends( 'a shirt of her own choice' );
$any_word = link_of( 'a shirt of her own choice' );
visitor();
notices();
follows( array( 'askback_cart' => $any_word ) );
follows( array( 'askback_cart' => $any_word ) );
$by_choice = array( lines(), notices() );
visitor();
$shirt->in_stock = true;
$restore->bring_back( array( 'l' => array( array( 50, 51, 2 ), array( 14, 0, 1 ), array( 40, 41, 1 ) ) ) );
$choiceless = array_column( lines(), 1 );
visitor();
WC()->cart->add_to_cart( 14, 1 );
for ( $number = 60; $number < 69; $number++ ) {
	$one             = new Product( $number, 'Shirt', 40 );
	$one->attributes = array( 'attribute_pa_%d7%a6%d7%91%d7%a2' => '', 'attribute_pa_%d7%9e%d7%99%d7%93%d7%94' => '%d7%92%d7%93%d7%95%d7%9c' );
	WC()->cart->add_to_cart( 50, 1, $number, array( 'attribute_pa_%d7%a6%d7%91%d7%a2' => '%d7%9b%d7%97%d7%95%d7%9c', 'attribute_pa_%d7%9e%d7%99%d7%93%d7%94' => '%d7%92%d7%93%d7%95%d7%9c' ) );
}
agrees( 'lea@example.com' );
ends( 'many shirts of her own choice' );
$many_word = link_of( 'many shirts of her own choice' );
visitor();
follows( array( 'askback_cart' => $many_word ) );
$many_shirts = count( lines() );

visitor();
$unasked         = new Order();
$unasked->status = 'checkout-draft';
WC()->session->set( 'store_api_draft_order', 9 );
$GLOBALS['orders'][9] = $unasked;
WC()->cart->add_to_cart( 14, 1 );
do_action( 'woocommerce_store_api_checkout_update_order_meta', $unasked );
$draft_told = array( $unasked->meta );
WC()->cart->add_to_cart( 50, 2, 51, wp_slash( $hers ) );
ends( 'she added a shirt, unasked' );
ends( 'and looked again' );
$draft_told[] = $unasked->saved;
$draft_link   = $unasked->meta['_askback_way_back'] ?? '=';
WC()->cart->items = array( WC()->cart->items[0] );
do_action( 'woocommerce_after_calculate_totals', WC()->cart );
ends( 'and took it out' );
$draft_told[] = $unasked->meta;
WC()->cart->add_to_cart( 50, 2, 51, wp_slash( $hers ) );
ends( 'and in again' );
$draft_told[] = array_keys( $unasked->meta );
do_action( 'woocommerce_store_api_checkout_order_processed', $unasked );
$draft_told[] = $unasked->meta;
visitor();
notices();
follows( array( 'askback_cart' => explode( '=', $draft_link, 2 )[1], 'askback_coupon' => 'Five' ) );
$from_draft = array( lines(), notices(), WC()->cart->coupons );
$fresh      = new Order();
do_action( 'woocommerce_checkout_create_order', $fresh, array() );
$from_draft[] = $fresh->meta;

$settings_page = new Askback_Settings_Page( new Askback_Settings() );
$GLOBALS['options']['askback_companion']['secret'] = 'typed before';
$secrets = array();
foreach ( array( '', 'k' ) as $key ) {
	$secrets[] = $settings_page->sanitize( array( 'key' => $key, 'secret' => '' ) )['secret'];
}
unset( $GLOBALS['options']['askback_companion']['secret'] );

echo json_encode(
	array(
		'still'    => $still,
		'secrets'  => $secrets,
		'while_she_waits' => $while_she_waits,
		'drafts'   => array( $nameless, $named, $twice, $second->meta ),
		'until_slow' => $until_slow,
		'went'     => $went,
		'short'    => $short,
		'beside'   => $beside,
		'many'     => $many,
		'by_choice' => $by_choice,
		'choiceless' => $choiceless,
		'many_shirts' => $many_shirts,
		'draft_told' => $draft_told,
		'draft_link' => $draft_link,
		'from_draft' => $from_draft,
		'steps'    => $steps,
		'restored' => $lines,
		'notices'  => $told_of,
		'order'    => $order->meta,
		'again'    => $again->meta,
		'later'    => $later->meta,
		'forged'   => array( $signature->unpack( $word . '0' ), $signature->unpack( 'x' . $word ), $signature->unpack( 'e30.' ), $signature->unpack( '' ) ),
		'boxes'    => $boxes,
		'script'   => $GLOBALS['localized'],
		'answered' => $answered,
		'settings' => $settings_page->sanitize(
			array(
				'enabled'      => 'perhaps',
				'consent_text' => '<script>alert(1)</script><b>Yes</b>',
				'endpoint'     => 'javascript:alert(1)',
				'key'          => '../../a b',
				'secret'       => array( 'no' ),
			)
		),
		'too_long' => $signature->pack( array( str_repeat( 'x', 2000 ) ) ),
	)
);
