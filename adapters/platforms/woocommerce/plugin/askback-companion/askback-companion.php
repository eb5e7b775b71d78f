<?php
/**
 * Plugin Name:          Askback Companion
 * Description:          Tells Askback of carts left at the classic checkout, once the shopper agreed, and brings them back.
 * Version:              1.1.0
 * Requires at least:    6.0
 * Requires PHP:         7.4
 * WC requires at least: 7.0
 * WC tested up to:      10.5
 * Requires Plugins:     woocommerce
 * Author:               Askback
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          askback-companion
 * Domain Path:          /languages
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

define( 'ASKBACK_COMPANION_FILE', __FILE__ );
define( 'ASKBACK_COMPANION_VERSION', '1.1.0' );

// Endpoint, key and secret of this very store, written when Askback handed the plugin out.
if ( is_readable( __DIR__ . '/askback-config.php' ) ) {
	require_once __DIR__ . '/askback-config.php';
}

foreach ( array( 'settings', 'settings-page', 'signature', 'state', 'snapshot', 'sender', 'capture', 'checkout', 'restore' ) as $askback_part ) {
	require_once __DIR__ . "/includes/class-askback-$askback_part.php";
}
unset( $askback_part );

/**
 * Order tables and block checkout are fine with us: orders are used through WooCommerce's own
 * methods, and the block checkout's carts reach Askback by webhook, without this plugin.
 */
function askback_companion_declare() {
	if ( class_exists( '\Automattic\WooCommerce\Utilities\FeaturesUtil' ) ) {
		foreach ( array( 'custom_order_tables', 'cart_checkout_blocks' ) as $feature ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( $feature, ASKBACK_COMPANION_FILE, true );
		}
	}
}
add_action( 'before_woocommerce_init', 'askback_companion_declare' );

/**
 * Nothing is hooked up without WooCommerce; switched off, only the settings page is left.
 */
function askback_companion_start() {
	if ( ! class_exists( 'WooCommerce' ) ) {
		return;
	}
	$settings = new Askback_Settings();
	( new Askback_Settings_Page( $settings ) )->hook();
	if ( ! $settings->is_ready() ) {
		return;
	}
	$signature = new Askback_Signature( $settings->secret() );
	$sender    = new Askback_Sender( $settings->endpoint(), $signature );
	$state     = new Askback_State();
	$sender->hook();
	( new Askback_Capture( $state, new Askback_Snapshot( $signature ), $sender ) )->hook();
	( new Askback_Checkout( $state, $settings ) )->hook();
	( new Askback_Restore( $state, $signature ) )->hook();
}
add_action( 'plugins_loaded', 'askback_companion_start', 20 );

/**
 * The texts of this plugin in the site's language.
 */
function askback_companion_texts() {
	load_plugin_textdomain( 'askback-companion', false, dirname( plugin_basename( ASKBACK_COMPANION_FILE ) ) . '/languages' );
}
add_action( 'init', 'askback_companion_texts' );
